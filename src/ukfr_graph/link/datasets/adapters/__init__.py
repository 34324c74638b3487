"""One module for each kind of outside dataset; the module's name is the adapter's."""
