"""The gql of Python with its defaults. Arguments: GraphQL URL, WebSocket URL, a signed REST URL, then query, mutation
and subscription as JSON bodies, and the token. Prints what it saw as JSON.
"""

import asyncio
import json
import sys
import urllib.request

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.websockets import WebsocketsTransport


def request(body):
    asked = gql(body["query"])
    asked.variable_values = body["variables"]
    return asked


async def main(graphql_url, socket_url, rest_url, query, mutation, subscription, token):
    headers = {"Authorization": f"Bearer {token}"}
    async with Client(transport=AIOHTTPTransport(url=graphql_url, headers=headers)) as session:
        platform = (await session.execute(request(json.loads(query))))["platform"]
        task = (await session.execute(request(json.loads(mutation))))["runTask"]["task"]
    subscription = subscription.replace("POSITION", platform["readPosition"]).replace("TASK", task["id"])
    async with Client(transport=WebsocketsTransport(url=socket_url, headers=headers)) as session:
        async for item in session.subscribe(request(json.loads(subscription))):
            event = item["eventAppended"]["type"]
            break
    with urllib.request.urlopen(rest_url) as response:
        rest = json.load(response)["result"]["worker_message"]
    print(json.dumps({"version": platform["version"], "message": task["result"]["message"], "event": event, "rest": rest}))


asyncio.run(main(*sys.argv[1:]))
