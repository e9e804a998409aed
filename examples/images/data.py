"""Handwritten digits as images: scikit-learn's bundled set, read one image at a time."""

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.utils.data import Dataset

LARGEST_GREY = 16


class Digits(Dataset):
    """Pairs of an image, shape [1, 8, 8] with values from 0 to 1, and its digit."""

    def __init__(self, images, digits):
        self.images, self.digits = images, digits

    def __len__(self):
        return len(self.digits)

    def __getitem__(self, index):
        image = torch.tensor(self.images[index], dtype=torch.float32) / LARGEST_GREY
        return image[None], int(self.digits[index])


def digits(heldout=0.2, seed=0):
    """The training part and the held-out part, each digit in proportion."""
    images, labels = load_digits(return_X_y=True)
    parts = train_test_split(
        images.reshape(-1, 8, 8), labels, test_size=heldout, random_state=seed, stratify=labels
    )
    x_train, x_heldout, y_train, y_heldout = parts
    return Digits(x_train, y_train), Digits(x_heldout, y_heldout)
