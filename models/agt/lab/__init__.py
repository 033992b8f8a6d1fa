"""The lab: what a reader's browser needs to play the economy from the same source text, written when the book is built.

The page itself is `agt.pages.lab`; what runs in the browser lies in `book/_static/lab`.
"""
