"""Reads the stream of events with the plain client of another language: one JSON line for each message."""

import asyncio
import json
import sys

import nats
from nats.js.api import ConsumerConfig, DeliverPolicy


async def main(url: str, subject: str, count: int) -> None:
    client = await nats.connect(url)
    config = ConsumerConfig(deliver_policy=DeliverPolicy.ALL)
    subscription = await client.jetstream().subscribe(
        subject, stream="DOUBLETRACK_EVENTS", ordered_consumer=True, config=config
    )
    for _ in range(count):
        message = await subscription.next_msg(timeout=10)
        line = {
            "subject": message.subject,
            "id": message.headers["Nats-Msg-Id"],
            "event": json.loads(message.data),
        }
        print(json.dumps(line))
    await client.close()


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
