"""An evidence-first knowledge graph of cooperation between the United Kingdom and France."""

__version__ = "0.1.0"
