"""``/route`` comments: what one asks for (``activity_of``), and whether who wrote it may (``permitted``)."""
