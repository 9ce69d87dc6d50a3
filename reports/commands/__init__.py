"""The commands of `selfconsuming`, a module for what belongs together. Whatever is slow to import is imported inside of them."""
