"""The pages."""

import os

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from standardwebhooks import Webhook, WebhookVerificationError

from news.models import Comment

ARTICLES = {"library": "도서관, 밤 10시까지 문 연다"}


@require_GET
def show(request: HttpRequest, article: str) -> HttpResponse:
    """The article with its comments."""
    if article not in ARTICLES:
        raise Http404
    comments = Comment.objects.filter(article=article).order_by("id")
    shown = {"article": article, "title": ARTICLES[article], "comments": comments}
    return render(request, "article.html", shown)


@require_POST
def publish(request: HttpRequest, article: str) -> HttpResponse:
    """Publish a comment that was let pass; `request.META["moderation.decision"]` says by what."""
    keep(os.urandom(8).hex(), article, request.POST["author"], request.POST["text"])
    answer = HttpResponseRedirect(reverse("show", args=[article]))
    answer.status_code = 303
    return answer


@csrf_exempt  # signed instead
@require_POST
def told(request: HttpRequest) -> HttpResponse:
    """A held comment was decided on: publish it, or take it down again."""
    try:
        event = Webhook(settings.WEBHOOK_SECRET).verify(request.body, dict(request.headers))
    except WebhookVerificationError:
        return HttpResponse(status=401)
    if event["type"] == "comment.decided":
        comment = event["data"]["comment"]
        if comment.get("status") == "published":
            keep(comment["id"], comment["article"], comment["author"], comment["text"])
        else:
            Comment.objects.filter(name=comment["id"]).delete()
    return HttpResponse(status=204)


def keep(name: str, article: str, author: str, text: str) -> None:
    """Keep a comment once, however often we are told of it."""
    Comment.objects.get_or_create(name=name, defaults={"article": article, "author": author, "text": text})
