"""What lives in the browser: the levers as one component, a tab's memory, the market's engine, and the sandbox as one file."""
