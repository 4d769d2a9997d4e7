"""Everything a person sees: the command line and the Streamlit app. Only this package imports streamlit."""
