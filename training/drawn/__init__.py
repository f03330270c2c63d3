"""Foreign objects drawn from scratch, another individual at each call.

Cutouts of real things are few and soon known by heart; these are endless. `catalogue.draw_sprite`
is the door; the other modules hold brushes (`canvas`, `light`, `tubes`, `shapes`, `noise`) and
painters, one module a matter (`insects`, `metals`, `scraps`, ...).
"""
