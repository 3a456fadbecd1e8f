"""Verdicts, runs and alarms: is a trigger on time?"""
