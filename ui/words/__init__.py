"""Names, amounts and terms as people read them."""
