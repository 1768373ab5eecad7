"""Which addresses there are."""

from django.urls import path

from news import views

urlpatterns = [
    path("articles/<slug:article>", views.show, name="show"),
    path("articles/<slug:article>/comments", views.publish),
    path("hooks/moderation", views.told),
]
