"""Records: what people hand in, read strictly, and what the exact rules answer, as plain data.

A file is read whole or refused whole, with every bad row and column named.
"""
