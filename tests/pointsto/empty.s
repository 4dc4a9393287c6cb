// Functions without a body may stand beside assembly alone.
