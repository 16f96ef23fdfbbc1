"""The networks of 2019 described again: modules with the names of the published code, written from its facts."""

from itertools import combinations
from math import factorial

import torch
from torch import nn


class Whole(nn.Module):
    def __init__(self, cin, cout, kernel, stride, padding):
        super().__init__()
        self.temporal_spatial_conv = nn.Conv3d(cin, cout, kernel, stride, padding, bias=False)

    def forward(self, x):
        return self.temporal_spatial_conv(x)


class Split(nn.Module):
    def __init__(self, cin, cout, kernel, stride, padding):
        super().__init__()
        t, d, _ = kernel
        middle = int((t * d * d * cin * cout) / (d * d * cin + t * cout))
        self.spatial_conv = nn.Conv3d(cin, middle, (1, d, d), (1, *stride[1:]), (0, *padding[1:]), bias=False)
        self.bn = nn.BatchNorm3d(middle)
        self.temporal_conv = nn.Conv3d(middle, cout, (t, 1, 1), (stride[0], 1, 1), (padding[0], 0, 0), bias=False)

    def forward(self, x):
        return self.temporal_conv(torch.relu(self.bn(self.spatial_conv(x))))


class Block(nn.Module):
    def __init__(self, conv, cin, cout):
        super().__init__()
        self.down, stride = cin != cout, (2, 2, 2) if cin != cout else (1, 1, 1)
        if self.down:
            self.downsampleconv, self.downsamplebn = conv(cin, cout, (1, 1, 1), stride, (0, 0, 0)), nn.BatchNorm3d(cout)
        self.conv1, self.bn1 = conv(cin, cout, (3, 3, 3), stride, (1, 1, 1)), nn.BatchNorm3d(cout)
        self.conv2, self.bn2 = conv(cout, cout, (3, 3, 3), (1, 1, 1), (1, 1, 1)), nn.BatchNorm3d(cout)

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (self.downsamplebn(self.downsampleconv(x)) if self.down else x))


class Stage(nn.Module):
    def __init__(self, conv, cin, cout):
        super().__init__()
        self.block1 = Block(conv, cin, cout)

    def forward(self, x):
        return self.block1(x)


class ActionResidual(nn.Module):
    def __init__(self, width, classes=0, conv=Split):
        super().__init__()
        w = [width, width, 2 * width, 4 * width, 8 * width]
        self.conv1, self.bn1 = conv(3, width, (3, 7, 7), (1, 2, 2), (1, 3, 3)), nn.BatchNorm3d(width)
        self.conv2, self.conv3, self.conv4, self.conv5 = (Stage(conv, *w[i : i + 2]) for i in range(4))
        if classes:
            self.linear = nn.Linear(8 * width, classes)

    def forward(self, x):
        x = self.conv5(self.conv4(self.conv3(self.conv2(torch.relu(self.bn1(self.conv1(x)))))))
        x = x.mean((2, 3, 4))
        return self.linear(x) if hasattr(self, "linear") else x


class ActionC3D(nn.Module):
    def __init__(self, width, classes=0):
        super().__init__()
        self.layers, cin = ["1", "2", "3a", "3b", "4a", "4b", "5a", "5b"], 3
        for name, times in zip(self.layers, (1, 2, 4, 4, 8, 8, 8, 8), strict=True):
            setattr(self, f"conv{name}", nn.Conv3d(cin, times * width, 3, padding=1))
            setattr(self, f"bn{name}", nn.BatchNorm3d(times * width))
            cin = times * width
        if classes:
            self.linear = nn.Linear(cin, classes)

    def forward(self, x):
        pools = {"1": (1, 2, 2), "2": 2, "3b": 2, "4b": 2}
        for name in self.layers:
            x = torch.relu(getattr(self, f"bn{name}")(getattr(self, f"conv{name}")(x)))
            x = nn.functional.max_pool3d(x, pools[name]) if name in pools else x
        x = x.mean((2, 3, 4))
        return self.linear(x) if hasattr(self, "linear") else x


class PublishedOrderNetwork(nn.Module):
    def __init__(self, base_network, features, clips):
        super().__init__()
        self.base_network, self.pairs = base_network, list(combinations(range(clips), 2))
        self.fc7 = nn.Linear(2 * features, features)
        self.fc8 = nn.Linear(features * len(self.pairs), factorial(clips))

    def forward(self, clips):
        f = [self.base_network(clip) for clip in clips.unbind(1)]
        return self.fc8(torch.cat([torch.relu(self.fc7(torch.cat([f[i], f[j]], 1))) for i, j in self.pairs], 1))


def published_backbone(network, width):
    return ActionC3D(width) if network == "c3d" else ActionResidual(width, conv=Whole if network == "r3d" else Split)
