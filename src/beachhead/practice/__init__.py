"""What to change and what to do: blueprints, assessments, offerings, plays."""
