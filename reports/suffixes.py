"""Names of files that the command knows before anything is imported that writes them."""

FIGURES = (".png", ".svg", ".pdf")  # what figures are drawn in
