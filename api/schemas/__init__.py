"""What goes over the wire: pydantic models, as far as they are not made from the domain's own structs."""
