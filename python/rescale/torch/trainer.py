# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Training with checkpoints, on one process or several."""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import io
import math
import os
import pickle
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, distributed, nn
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel

from .. import arrays, progress
from ..errors import RescaleError
from ..files import reading, write_file
from .network import IntegerNetwork

#: Changes a batch of int8 codes with the random numbers of a generator.
Augmentation = Callable[[Tensor, torch.Generator], Tensor]

OPTIMIZERS = ("adamw", "sgd")

#: Of seeds; with the epoch they fit into those of PyTorch.
_GREATEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class TrainerOptions:
    """What a training depends on.

    epochs, batch: passes over the samples, and samples of a step, those of
    all processes together.
    optimizer: adamw, or sgd with a momentum of 0.9.
    rate: of learning, the greatest; it falls to 0 along a cosine.
    scale_rate: that of learned scales, as a factor of `rate`.
    weight_decay: of weights.
    seed: of the samples' order and of augmentation, of up to 32 bits.
    distillation: the share of the loss that is the divergence from the
    teacher, from 0 to 1; the rest is the labels' cross entropy.
    temperature: that both are divided by for it.
    """

    epochs: int = 10
    batch: int = 50
    optimizer: str = "adamw"
    rate: float = 1e-3
    scale_rate: float = 1.0
    weight_decay: float = 0.0
    seed: int = 0
    distillation: float = 0.0
    temperature: float = 2.0

    def __post_init__(self) -> None:
        if self.epochs < 0 or self.batch < 1:
            raise RescaleError(
                "requires at least 0 epochs and a batch of at least 1, got "
                f"{self.epochs} and {self.batch}"
            )
        if self.optimizer not in OPTIMIZERS:
            raise RescaleError(
                f"requires an optimizer of {', '.join(OPTIMIZERS)}, got "
                f"{self.optimizer}"
            )
        rates = (self.rate, self.scale_rate, self.weight_decay)
        if not all(math.isfinite(rate) and rate >= 0 for rate in rates):
            raise RescaleError(
                "requires finite rates of at least 0, got "
                f"{', '.join(f'{rate:g}' for rate in rates)}"
            )
        if not 0 <= self.seed <= _GREATEST_SEED:
            raise RescaleError(
                f"requires a seed from 0 to {_GREATEST_SEED}, got {self.seed}"
            )
        if not (math.isfinite(self.temperature) and self.temperature > 0):
            raise RescaleError(
                "requires a finite temperature above 0, got "
                f"{self.temperature:g}"
            )
        if not 0 <= self.distillation <= 1:
            raise RescaleError(
                "requires a share of distillation from 0 to 1, got "
                f"{self.distillation:g}"
            )


@dataclass(frozen=True)
class Epoch:
    """What an epoch came to, means over its samples."""

    loss: float
    accuracy: float


def flip(codes: Tensor, generator: torch.Generator) -> Tensor:
    """Mirrors every other image, which one being random."""
    chosen = torch.rand(len(codes), generator=generator) < 0.5
    chosen = chosen.to(codes.device)
    return torch.where(chosen[:, None, None, None], codes.flip(2), codes)


class Processes:
    """The processes of torchrun, or the only one."""

    def __init__(self, device: torch.device):
        self.device = device
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        if self.count > 1 and device.type == "cuda":
            # Where NCCL waits for the others.
            torch.cuda.set_device(device)
        if self.count > 1 and not distributed.is_initialized():
            distributed.init_process_group(
                "nccl" if device.type == "cuda" else "gloo"
            )
            atexit.register(distributed.destroy_process_group)

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    def mean(self, values: list[float]) -> list[float]:
        if self.count == 1:
            return values
        # NCCL has nothing for tensors of the CPU.
        summed = torch.tensor(values, dtype=torch.float64, device=self.device)
        distributed.all_reduce(summed)
        return (summed / self.count).tolist()

    def wait(self) -> None:
        if self.count > 1:
            distributed.barrier()


def check_samples(
    network: IntegerNetwork, codes: np.ndarray, labels: np.ndarray
) -> None:
    """Raises RescaleError for what `network` cannot be trained on."""
    if not len(codes):
        raise RescaleError("requires samples to train on, got none")
    if len(labels) != len(codes):
        raise RescaleError(
            f"requires a label for each of {len(codes)} samples, got "
            f"{len(labels)}"
        )
    classes = network.shapes[network.network.output][2]
    labels = np.asarray(labels)
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        raise RescaleError(
            "requires labels of one class for each sample, got an array "
            f"of shape {labels.shape} of {labels.dtype}"
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise RescaleError(
            f"requires labels from 0 to {classes - 1}, got "
            f"{labels.min()} to {labels.max()}"
        )


@contextlib.contextmanager
def _deterministic() -> Iterator[None]:
    """Lets PyTorch compute the same each time; all else is as it was after.

    What an addition of floats comes to depends on who adds what.
    """
    was_set = torch.are_deterministic_algorithms_enabled()
    warned_only = torch.is_deterministic_algorithms_warn_only_enabled()
    filled = torch.utils.deterministic.fill_uninitialized_memory
    torch.use_deterministic_algorithms(True, warn_only=True)
    # Nothing reads memory before it is written; filling it is a tenth.
    torch.utils.deterministic.fill_uninitialized_memory = False
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(was_set, warn_only=warned_only)
        torch.utils.deterministic.fill_uninitialized_memory = filled


def _check_entries(state: object, kinds: Mapping[str, type]) -> None:
    """Raises ValueError where a checkpoint has not these entries."""
    for name, kind in kinds.items():
        if not isinstance(state, dict) or not isinstance(
            state.get(name), kind
        ):
            raise ValueError(f"no {name}")


def _check_tensors(
    state: object, shapes: Mapping[str, torch.Size], of: str
) -> None:
    """Raises ValueError where a checkpoint has not these tensors alone."""
    if not isinstance(state, dict):
        raise ValueError(f"no tensors of {of}")
    for name in {**shapes, **state}:
        tensor = state.get(name)
        if name not in shapes or not isinstance(tensor, Tensor):
            has = "no" if name in shapes else "another"
            raise ValueError(f"{has} tensor {name} of {of}")
        if tensor.shape != shapes[name]:
            raise ValueError(
                f"{name} of {of} of shape {tuple(tensor.shape)}, not "
                f"{tuple(shapes[name])}"
            )
        if not torch.isfinite(tensor).all():
            raise ValueError(f"{name} of {of} with no finite number")


class Trainer:
    """Trains a network in place.

    The same arguments give the same network on the same machine and number
    of threads, whether it was interrupted and resumed or not. Started by
    torchrun, each process takes its part of every batch.
    """

    def __init__(
        self,
        network: IntegerNetwork,
        codes: np.ndarray,
        labels: np.ndarray,
        options: TrainerOptions | None = None,
        *,
        teacher: np.ndarray | None = None,
        augment: Augmentation | None = None,
        checkpoint: str | Path | None = None,
    ) -> None:
        """Keeps what is trained on.

        codes: int8, (samples, height, width, channels).
        labels: classes, (samples,).
        teacher: real outputs of the network to learn from, (samples,
        classes); augmentation does not change them.
        checkpoint: a file that each epoch is saved in, and that training
        goes on from where it exists.

        Raises RescaleError.
        """
        self.options = options = options or TrainerOptions()
        self.network = network
        self.device = network.scales.device
        check_samples(network, codes, labels)
        labels = np.asarray(labels)
        classes = network.shapes[network.network.output][2]
        if options.distillation and (
            teacher is None or teacher.shape != (len(codes), classes)
        ):
            got = "none" if teacher is None else f"{teacher.shape}"
            raise RescaleError(
                "requires a teacher's outputs for distillation, "
                f"({len(codes)}, {classes}), got {got}"
            )
        self.codes = torch.tensor(np.asarray(codes)).to(self.device)
        self.labels = torch.tensor(labels).long().to(self.device)
        self.teacher = None
        if options.distillation:
            self.teacher = torch.tensor(np.asarray(teacher)).float()
            self.teacher = self.teacher.to(self.device)
        self.augment = augment
        self.checkpoint = Path(checkpoint) if checkpoint else None
        if self.checkpoint is not None:
            arrays.check_place(self.checkpoint)
        self.processes = Processes(self.device)
        if options.batch % self.processes.count:
            raise RescaleError(
                "requires a batch that all processes share alike, got "
                f"{options.batch} for {self.processes.count} processes"
            )
        self.epochs: list[Epoch] = []
        self._optimizer = self._make_optimizer()

    def _make_optimizer(self) -> torch.optim.Optimizer:
        options = self.options
        named = list(self.network.named_parameters())
        scales = [p for name, p in named if "log_factor" in name]
        others = [p for name, p in named if "log_factor" not in name]
        groups = [
            {"params": others, "weight_decay": options.weight_decay},
            {
                "params": scales,
                "weight_decay": 0.0,
                "lr": options.rate * options.scale_rate,
            },
        ]
        groups = [group for group in groups if group["params"]]
        if options.optimizer == "sgd":
            return torch.optim.SGD(groups, lr=options.rate, momentum=0.9)
        return torch.optim.AdamW(groups, lr=options.rate)

    @property
    def _steps(self) -> int:
        return -(-len(self.codes) // self.options.batch)

    def _resume(self) -> None:
        if self.checkpoint is None or not self.checkpoint.exists():
            return
        with reading(
            self.checkpoint,
            "a checkpoint of a training",
            "remove it to begin anew",
        ):
            self._load(self.checkpoint)

    def _load(self, path: Path) -> None:
        """Raises whatever a damaged file leads to, before anything changes."""
        content = path.read_bytes()
        if not content:
            raise ValueError("an empty file")
        # PyTorch takes tensors with other bits than were saved.
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            damaged = archive.testzip()
        if damaged is not None:
            raise ValueError(f"damaged in {damaged}")
        try:
            state = torch.load(
                io.BytesIO(content),
                map_location=self.device,
                weights_only=True,
            )
        except pickle.UnpicklingError as error:
            # Its own text advises to run whatever code the file holds.
            raise ValueError("no file of tensors and numbers") from error
        _check_entries(
            state,
            {
                "options": dict,
                "epochs": list,
                "network": dict,
                "optimizer": dict,
            },
        )
        mine, saved = self._fingerprint(), state["options"]
        differing = [
            str(key)
            for key in {**mine, **saved}
            if saved.get(key) != mine.get(key)
        ]
        if differing:
            raise RescaleError(
                "requires a checkpoint of the same training, got "
                f"{path} with another {', '.join(differing)}; remove it to "
                "begin anew"
            )
        epochs = [
            Epoch(float(epoch["loss"]), float(epoch["accuracy"]))
            for epoch in state["epochs"]
        ]
        if len(epochs) > self.options.epochs:
            raise ValueError(
                f"{len(epochs)} epochs of {self.options.epochs}"
            )
        _check_tensors(
            state["network"],
            {name: of.shape for name, of in self.network.state_dict().items()},
            "the network",
        )
        moments = self._moments(state["optimizer"], bool(epochs))
        self.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(moments)
        self.epochs = epochs

    def _moments(self, saved: Mapping, is_trained: bool) -> dict:
        """Returns the optimizer's state with the moments that were saved.

        The rest of it follows from the options. Raises ValueError.
        """
        _check_entries(saved, {"state": dict})
        names = ("step", "exp_avg", "exp_avg_sq")
        if self.options.optimizer == "sgd":
            names = ("momentum_buffer",)
        state = self._optimizer.state_dict()
        # PyTorch numbers parameters through all groups.
        parameters = [
            parameter
            for group in self._optimizer.param_groups
            for parameter in group["params"]
        ]
        known = range(len(parameters))
        if any(index not in known for index in saved["state"]):
            raise ValueError("moments of other parameters")
        if is_trained and not saved["state"]:
            raise ValueError("no moments of the optimizer")
        for index, moments in saved["state"].items():
            shape = parameters[index].shape
            shapes = {
                name: torch.Size() if name == "step" else shape
                for name in names
            }
            _check_tensors(moments, shapes, "the optimizer")
        return {**state, "state": saved["state"]}

    def _fingerprint(self) -> dict[str, str]:
        """Returns what must not change between a start and a resumption."""
        values = {
            **dataclasses.asdict(self.options),
            "network": self.network.options,
            "samples": len(self.codes),
        }
        return {key: str(value) for key, value in values.items()}

    def _save(self) -> None:
        if self.checkpoint is None or not self.processes.is_first:
            return
        state = {
            "options": self._fingerprint(),
            "epochs": [dataclasses.asdict(epoch) for epoch in self.epochs],
            "network": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
        }
        write_file(self.checkpoint, lambda file: torch.save(state, file))

    def fit(self) -> list[Epoch]:
        """Trains all epochs that are left, and returns what they came to.

        Raises RescaleError where a loss or a gradient is no finite number,
        or where `IntegerNetwork.verify` does.
        """
        self._resume()
        # What cannot be exact on this machine is said before hours of it.
        self.network.verify(self.codes[:2].cpu().numpy())
        module: nn.Module = self.network
        if self.processes.count > 1:
            module = DistributedDataParallel(module)
        module.train()
        with _deterministic():
            for epoch in range(len(self.epochs), self.options.epochs):
                self.epochs.append(self._epoch(module, epoch))
                self._save()
        self.network.eval()
        self.processes.wait()
        return self.epochs

    def _batches(self, epoch: int) -> Iterable[tuple[Tensor, torch.Generator]]:
        """Yields this process's part of each batch.

        Every epoch has a generator of its own, so that one that is resumed
        needs no state of another.
        """
        options = self.options
        generator = torch.Generator().manual_seed(
            options.seed * 1_000_003 + epoch
        )
        order = torch.randperm(len(self.codes), generator=generator)
        # Processes wait for each other, so none may have less to do: the
        # last batch is filled up from the beginning.
        count, rank = self.processes.count, self.processes.rank
        missing = -len(order) % count
        order = torch.cat([order, order[:missing]])
        # What augments a part is not what augments another.
        generator.manual_seed(generator.initial_seed() ^ ((rank + 1) << 40))
        for step in range(self._steps):
            batch = order[step * options.batch : (step + 1) * options.batch]
            yield batch[rank::count], generator

    def _epoch(self, module: nn.Module, epoch: int) -> Epoch:
        text = f"epoch {epoch + 1} of {self.options.epochs}"
        with contextlib.ExitStack() as stack:
            advance = None
            if self.processes.is_first:
                advance = stack.enter_context(
                    progress.bar(text, len(self.codes))
                )
            return self._train(module, epoch, advance)

    def _train(
        self,
        module: nn.Module,
        epoch: int,
        advance: Callable[[int], None] | None,
    ) -> Epoch:
        losses = hits = seen = 0.0
        for step, (chosen, generator) in enumerate(self._batches(epoch)):
            self._set_rate(epoch * self._steps + step)
            codes, labels = self.codes[chosen], self.labels[chosen]
            if self.augment is not None:
                codes = self.augment(codes, generator)
            logits = module(codes)
            loss = self._loss(logits, labels, chosen)
            self._optimizer.zero_grad()
            loss.backward()
            norm = nn.utils.get_total_norm(
                p.grad for p in module.parameters() if p.grad is not None
            )
            if not math.isfinite(loss.item()) or not math.isfinite(
                norm.item()
            ):
                raise RescaleError(
                    "requires finite losses and gradients, got a loss of "
                    f"{loss.item():g} and a gradient of {norm.item():g} in "
                    f"epoch {epoch + 1}, batch {step + 1}; lower the "
                    "learning rate"
                )
            self._optimizer.step()
            losses += loss.item() * len(chosen)
            hits += (logits.argmax(1) == labels).sum().item()
            seen += len(chosen)
            if advance is not None:
                advance(len(chosen) * self.processes.count)
        return Epoch(*self.processes.mean([losses / seen, hits / seen]))

    def _set_rate(self, step: int) -> None:
        total = max(self.options.epochs * self._steps, 1)
        rate = 0.5 * (1 + math.cos(math.pi * step / total)) * self.options.rate
        factors = (1.0, self.options.scale_rate)
        for group, factor in zip(
            self._optimizer.param_groups, factors, strict=False
        ):
            group["lr"] = rate * factor

    def _loss(
        self, logits: Tensor, labels: Tensor, chosen: Tensor
    ) -> Tensor:
        share = self.options.distillation
        loss = functional.cross_entropy(logits, labels)
        if not share:
            return loss
        temperature = self.options.temperature
        divergence = functional.kl_div(
            functional.log_softmax(logits / temperature, 1),
            functional.log_softmax(self.teacher[chosen] / temperature, 1),
            log_target=True,
            reduction="batchmean",
        )
        return (1 - share) * loss + share * temperature**2 * divergence
