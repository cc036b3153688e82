"""`make bench`: our speed beside the floor measured in the same run, as ratios.

Each measurement prints ours, the floor and the ratio, with the goal. Absolute figures drift with
the machine; ratios hold.
"""
