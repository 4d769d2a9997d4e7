"""The market in the browser: the scalar reference as a JavaScript module, and the sandbox as one file."""
