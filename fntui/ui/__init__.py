"""Everything that imports Textual: what the person sees and presses."""
