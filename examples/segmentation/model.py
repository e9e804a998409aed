"""The candidate: a U-Net of two levels."""

import torch
from torch import nn


def block(inputs, outputs):
    """Two convolutions that keep the size of the image."""
    layers = []
    for width in (inputs, outputs):
        layers += [
            nn.Conv2d(width, outputs, kernel_size=3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        ]
    return nn.Sequential(*layers)


class UNet(nn.Module):
    """Logits of every pixel, [n, classes, H, W], from images [n, 1, H, W]; H and W are even."""

    def __init__(self, classes=3, width=8):
        super().__init__()
        self.fine = block(1, width)
        self.shrink = nn.MaxPool2d(2)
        self.coarse = block(width, 2 * width)
        self.enlarge = nn.ConvTranspose2d(2 * width, width, kernel_size=2, stride=2)
        self.joined = block(2 * width, width)
        self.output = nn.Conv2d(width, classes, kernel_size=1)

    def forward(self, images):
        fine = self.fine(images)
        coarse = self.enlarge(self.coarse(self.shrink(fine)))
        return self.output(self.joined(torch.cat([fine, coarse], dim=1)))
