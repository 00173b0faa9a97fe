"""What the quick start and the trajectories share: the classifier, the schedule, the optimiser."""

import math

import torch
from peft import FourierFTConfig, get_peft_model
from torch import nn

import minilm

TARGETS = ["query", "value"]


class Classifier(nn.Module):
    """An encoder, mean pooling over the mask, one linear layer."""

    def __init__(self, encoder: nn.Module, hidden: int, labels: int, seed: int):
        super().__init__()
        self.encoder = encoder
        self.classifier = nn.Linear(hidden, labels)
        with torch.no_grad():
            generator = torch.Generator().manual_seed(seed)
            self.classifier.weight.normal_(0.0, 0.02, generator=generator)
            self.classifier.bias.zero_()

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return self.classifier(minilm.mean_pool(hidden, mask))


def fourier(encoder: nn.Module, n: int, scaling: float, *, zero: bool, entry_seed: int = 777):
    """The encoder with a FourierFT adapter on query and value of every layer."""
    adapter = FourierFTConfig(
        n_frequency=n,
        scaling=scaling,
        random_loc_seed=entry_seed,
        target_modules=list(TARGETS),
        init_weights=zero,
    )
    return get_peft_model(encoder, adapter)


def spectra(model: nn.Module) -> list[nn.Parameter]:
    return [p for name, p in model.named_parameters() if "fourierft_spectrum" in name]


def optimiser(model: Classifier, spectrum_lr: float, head_lr: float, weight_decay: float):
    """AdamW with PyTorch's betas (0.9, 0.999) and eps 1e-8, one group each for spectrum and head."""
    groups = [{"params": list(model.classifier.parameters()), "lr": head_lr}]
    if coefficients := spectra(model):
        groups.append({"params": coefficients, "lr": spectrum_lr})
    return torch.optim.AdamW(groups, weight_decay=weight_decay)


def linear_schedule(optimizer, warmup_ratio: float, steps: int):
    """Factor s/w for step s < w = ceil(ratio * steps), then (steps - s)/(steps - w); s from 0."""
    warmup = math.ceil(round(warmup_ratio * steps, 9))

    def factor(step: int) -> float:
        if step < warmup:
            return step / max(1, warmup)
        return max(0.0, (steps - step) / max(1, steps - warmup))

    return torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
