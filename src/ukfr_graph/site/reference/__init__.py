"""Every operation of the OpenAPI description."""
