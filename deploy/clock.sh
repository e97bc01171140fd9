#!/bin/sh
# What systemd's timers do elsewhere: the latest every minute, sections every ten, an audit a day.
minutes=0
cd "$(dirname "$0")/.."
while sleep 60; do
    minutes=$((minutes + 1))
    python -B -m deploy.schedule 365info-latest
    [ $((minutes % 10)) -eq 5 ] && sleep 20 && python -B -m deploy.schedule 365info
    [ $((minutes % 1440)) -eq 180 ] && (
        cd /var/lib/kznews &&
            SCRAPY_PROJECT=kznews python -m scrapyd.runner audit 365info --missing missing-365info.txt
    )
done
