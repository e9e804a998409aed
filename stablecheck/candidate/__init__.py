"""What is trained: data, model, loss, optimiser and score, made from a recipe inside a worker."""
