"""One folder, one page: `page.py` draws it, the files beside it are its own. No page imports another."""
