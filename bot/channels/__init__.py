"""Ways to reach people: each module is one platform, `channel` is what they have in common."""
