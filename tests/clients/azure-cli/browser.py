"""A browser without a window: opens the sign-in page, chooses a user, and follows where that leads.

What az opens because the variable BROWSER says so:   BROWSER="python browser.py ada@contoso.onmicrosoft.com %s &"
"""

import html.parser
import sys
import urllib.parse
import urllib.request


class Page(html.parser.HTMLParser):
    """A page with one form: where it goes, what it says by itself, and what its buttons say."""

    def __init__(self, answer):
        super().__init__()
        self.url, self.action, self.fields, self.buttons = answer.url, None, {}, []
        self.feed(answer.read().decode())

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self.action = urllib.parse.urljoin(self.url, attributes["action"])
        elif tag == "input":
            self.fields[attributes["name"]] = attributes["value"]
        elif tag == "button":
            self.buttons.append(({attributes["name"]: attributes["value"]} if "name" in attributes else {}, ""))

    def handle_data(self, data):
        if self.buttons:
            says, text = self.buttons.pop()
            self.buttons.append((says, text + data))

    def press(self, text):
        """Presses the button that says this."""
        chosen = next(says for says, label in self.buttons if text in label)
        form = urllib.parse.urlencode({**self.fields, **chosen}).encode()
        origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(self.url))
        return urllib.request.urlopen(urllib.request.Request(self.action, data=form, headers={"Origin": origin}))


if __name__ == "__main__":
    user, url = sys.argv[1:]
    back = Page(Page(urllib.request.urlopen(url)).press(user))
    # The code goes to az in a form that a script of the page sends.
    back.press("Continue").read()
