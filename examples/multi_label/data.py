"""Messages as counts of words: each has some topics, and every topic its own words."""

from sklearn.datasets import make_multilabel_classification
from sklearn.model_selection import train_test_split

WORDS, TOPICS = 40, 5


def messages(count=3000, heldout=0.2, seed=0):
    """Counts, shape [n, WORDS], and zeros and ones, shape [n, TOPICS], of both parts."""
    x, y = make_multilabel_classification(
        count, n_features=WORDS, n_classes=TOPICS, n_labels=2, length=150, random_state=seed
    )
    x, x_heldout, y, y_heldout = train_test_split(x, y, test_size=heldout, random_state=seed)
    return x, y, x_heldout, y_heldout
