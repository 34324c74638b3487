"""Finding our instrument that a treaty of another dataset is: comparisons, weights, and the engines that run them."""
