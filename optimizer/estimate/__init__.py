"""What a changed case would come to, guessed within milliseconds from a plan of the unchanged one: never a proof."""
