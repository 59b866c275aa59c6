"""Questions around a finished plan: other good plans, what one objective costs another, what each project is worth."""
