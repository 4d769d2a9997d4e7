"""The pages. Each file is one page, run by streamlit from top to bottom."""
