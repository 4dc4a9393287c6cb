// An assembly file allows functions without a body in the package.
