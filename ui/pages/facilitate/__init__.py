"""The facilitator's desk of a room."""
