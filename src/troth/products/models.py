"""What a desk supports."""

from __future__ import annotations

from django.db import models

from troth.people.models import Desk


class Product(models.Model):
    """A product by the name its policy gives it."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="product_named_once_a_desk")]

    def __str__(self) -> str:
        return self.name


class Release(models.Model):
    """A version that exists since a date; it counts from local midnight of the desk (decision 27)."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="releases")
    version = models.CharField(max_length=40)
    released_on = models.DateField()
    line = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20, default="product")
    status = models.CharField(max_length=20, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    is_branded = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "version"], name="version_released_once"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.version}"
