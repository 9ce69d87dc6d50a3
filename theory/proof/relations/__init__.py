"""How a relation is decided from its moments, and shapes, limits and inequalities are proved."""
