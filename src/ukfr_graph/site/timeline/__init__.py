"""What held when."""
