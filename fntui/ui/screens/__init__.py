"""The screens and dialogs, one file each, its stylesheet beside it."""
