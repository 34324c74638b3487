"""The site without a server: all pages and data as files for any static host."""
