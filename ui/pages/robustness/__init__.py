"""Rankings under other parameters that fit as well."""
