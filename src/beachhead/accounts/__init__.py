"""Where each customer stands: adopter trait, signals, relationship, whitespace, who buys next."""
