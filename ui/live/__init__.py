"""What lives in the browser: the levers as one component, and the tab's memory of what was done."""
