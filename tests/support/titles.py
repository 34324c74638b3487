"""Titles of treaties that are near each other, in words and in languages."""

TITLES = [
    "Treaty between the United Kingdom and France concerning the Channel Fixed Link",
    "Protocol between the United Kingdom and France concerning frontier controls",
    "Additional Protocol to the Protocol concerning frontier controls",
    "Treaty of Le Touquet",
    "Convention on Cybercrime",
    "Convention sur la cybercriminalité",
]
