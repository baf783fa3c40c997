"""Where a technology stands on its life cycle."""
