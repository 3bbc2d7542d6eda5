"""Which articles belong together."""


def related(articles):
    """Return the pairs of articles that have a tag in common, as (first, second, shared tags).

    ``articles`` are (title, tags) pairs; titles are different. Pairs come in the order of the articles, the earlier one
    first; the shared tags come in the order of the first article's, each once.
    """
    pairs = []
    for index, (title, tags) in enumerate(articles):
        for other, others in articles[index + 1 :]:
            shared = []
            for tag in tags:
                if tag in others and tag not in shared:
                    shared.append(tag)
            if shared:
                pairs.append((title, other, shared))
    return pairs
