"""What the server says of its dataset: VoID and DCAT."""
