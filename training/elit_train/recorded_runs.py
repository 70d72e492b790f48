"""Sampling runs of a model folder, recorded with their noise: what any other implementation is held to."""

import json
from pathlib import Path

from safetensors import safe_open
from torch import Tensor

from elit_train.autoencoder import Autoencoder
from elit_train.labels import Vocabulary
from elit_train.published import PublishedModel
from elit_train.sampling import Guidance, sample, start_noise

QUICK_STEPS = 4
QUICK_BUDGETS = (1, 4)  # and the full one: a software GPU is to get them done
BUDGETS = (1, 2, 4, 8, 16)


def usual_labels(vocabulary: Vocabulary) -> list[tuple[str, str]]:
    """A concept, a category and (any, any): one label of each kind."""
    categories = vocabulary.categories
    return [
        (vocabulary.subjects[0], vocabulary.styles[0]),
        (categories[len(categories) // 2], vocabulary.styles[1 % len(vocabulary.styles)]),
        ("any", "any"),
    ]


def record_runs(
    published: PublishedModel, decoder: Autoencoder, labels: list[tuple[str, str]]
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Runs of the stored weights at several budgets: their tensors, and the settings as metadata.

    The run of label `index` starts from the noise of that seed: `INDEX.noise`, then latents and image of the default
    guided run (`INDEX.budget_K`) and of a short unguided one (`INDEX.quick_budget_K`), and latents of a CCFG run.
    """
    model, vocabulary = published.network(), published.vocabulary
    defaults, full = published.facts["defaults"], model.config.budgets
    budgets = [k for k in BUDGETS if k <= full]
    quick_budgets = sorted({*(k for k in QUICK_BUDGETS if k < full), full})
    tensors, runs = {}, []
    for index, (subject, style) in enumerate(labels):
        y, null = vocabulary.labels([(subject, style)]), vocabulary.nulls(1)
        noise = start_noise(index, model)
        tensors[f"{index}.noise"] = noise
        guidance = Guidance("cfg", defaults["guidance"])
        for budget in budgets:
            drawn = sample(model, noise, y, null, steps=defaults["steps"], budget=budget, guidance=guidance).float()
            tensors[f"{index}.budget_{budget}.latents"] = drawn
            tensors[f"{index}.budget_{budget}.image"] = decoder.decode(drawn)
        for budget in quick_budgets:
            quick = sample(model, noise, y, null, steps=QUICK_STEPS, budget=budget).float()
            tensors[f"{index}.quick_budget_{budget}.latents"] = quick
            tensors[f"{index}.quick_budget_{budget}.image"] = decoder.decode(quick)
        cheap = Guidance("ccfg", defaults["guidance"], budget=1)
        tensors[f"{index}.ccfg.latents"] = sample(
            model, noise, y, null, steps=defaults["steps"], budget=budgets[-1], guidance=cheap
        ).float()
        runs.append(
            {
                "index": index,
                "seed": index,
                "subject": subject,
                "style": style,
                **({"class_index": int(y)} if y.ndim == 1 else {}),
                "steps": defaults["steps"],
                "solver": "euler",
                "guidance": defaults["guidance"],
                "budgets": budgets,
                "ccfg_null_budget": 1,
                "quick": {"steps": QUICK_STEPS, "guidance": 1, "budgets": quick_budgets},
            }
        )
    return {name: tensor.detach().contiguous() for name, tensor in tensors.items()}, {"runs": json.dumps(runs)}


def recorded_labels(path: Path) -> list[tuple[str, str]]:
    """The (subject, style) of the runs in a file of recorded ones."""
    with safe_open(path, "pt") as file:
        return [(run["subject"], run["style"]) for run in json.loads(file.metadata()["runs"])]
