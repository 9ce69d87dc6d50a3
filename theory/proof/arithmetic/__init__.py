"""Ball arithmetic: programs of expressions, boxes, quadrature, laws of products."""
