"""The pages: one folder a room, with its routes, view model, templates and questions."""
