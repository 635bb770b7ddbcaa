import { phraseTable } from '../words.ts';

/** Phrases that ask kindly, say why somebody asks, or draw out a time; they hold no condition and are left out as a whole. */
export const COURTESY = phraseTable<true>([
  [
    'many thanks in advance, thanks in advance, thank you in advance, thanks very much, thank you very much, thank you so much, thanks so much, thanks a lot, thanks a million, many thanks, much appreciated, much obliged, thank you kindly, thank you, with thanks, best regards, kind regards, warm regards, best wishes, regards, sincerely',
    true,
  ],
  [
    'if it is not too much trouble, if it is not too much bother, if that is not too much trouble, if it is no trouble, if that is no trouble, if it is not a problem, if it is no bother, if you would not mind, if you do not mind, if you would be so kind, if possible, if at all possible, if you can, if you could, if you please, if you have time, if you have a moment, if time permits, when you have a moment, when you get a moment, when you get a chance, when you have time, at your convenience, at your earliest convenience, as soon as possible, as soon as you can',
    true,
  ],
  [
    'would you mind, do you mind, would you be so kind as to, be so kind as to, so kind as to, so good as to, be so good as to, kind enough to, good enough to, be kind enough to, would you be able to, are you able to, is it possible to, would it be possible to, might it be possible to, is there a way to, is there any way to',
    true,
  ],
  [
    'i would be most grateful if you could, i should be most grateful if you could, i would be grateful if you could, i should be grateful if you could, i would be most grateful for, i should be most grateful for, i would be very grateful for, i should be very grateful for, i would be grateful for, i should be grateful for, i would be most grateful, i should be most grateful, i would be grateful, i should be grateful, i would be glad to, i would be happy to, i would be pleased to, i would very much appreciate, i would really appreciate, i would appreciate it if you could, i would appreciate it if, i would appreciate, i do appreciate, appreciate it if, we would appreciate, i would very much like, i would really like, i would love to, i would love',
    true,
  ],
  [
    'i was wondering whether, i was wondering if, i am wondering whether, i am wondering if, i wonder whether, i wonder if, we were wondering if, we were wondering whether, i am trying to work out, i am trying to find out, i am trying to figure out, trying to figure out, trying to work out, trying to find out, i want to find out, i would like to find out, need to find out, work out, figure out, find out',
    true,
  ],
  [
    'sorry to bother you, sorry to trouble you, sorry for the trouble, sorry to disturb, apologies for the trouble, pardon me, excuse me, forgive me, sorry, apologies, i hope you are well, hope you are well, hope all is well, i hope this finds you well, quick question, quick one, just a quick question, one quick question, a quick question, one more thing, another question, next question, one question',
    true,
  ],
  [
    'for my report, for our report, for the report, for a report, for the audit, for our audit, for an audit, for audit purposes, for compliance purposes, for compliance, for reporting purposes, for my records, for our records, for the record, for the records, for the ticket, for the postmortem, for the post mortem, for the incident report, for a ticket, for my notes, for reference',
    true,
  ],
  [
    'whatever the port, whatever the protocol, regardless of port, regardless of protocol, whenever it suits you, whenever convenient, to be exact, to be precise, to be specific, more specifically, in particular, as a whole, as well, in general, of course, at all, by any chance, per chance, in fact, for example, so to speak, you know, or so, if any, if there is any, if there are any, once more, at present, at the moment, right now, as we speak, for us, for me, on my behalf',
    true,
  ],
  [
    'a report of, a report on, a report about, a summary of, a summary on, an overview of, an overview on, a table of, a table with, a table showing, a breakdown of, the breakdown of, details of, details on, details about, the details of, information on, information about, the set of, a set of, the whole of, the entirety of',
    true,
  ],
]);

/** Words that draw out a time: "over the course of last week", "at any point during January". */
export const DRAWN_OUT = phraseTable<string>([
  [
    'over the course of, in the course of, during the course of, throughout the course of, at any point during, at any point in, at any time during, at any time in, at some point during, at some point in, at some time during, any time during, any time in, anytime during, anytime in, sometime during, at any point over, at any time over, for the duration of, for the whole of, for the entirety of, within the space of, in the space of, within the span of, in the time frame of, over a period of, for a period of, over the span of',
    'during',
  ],
  ['at any point since, at any time since, any time since, anytime since, ever since', 'since'],
  ['at any point between, at any time between, any time between, some time between', 'between'],
  ['at any point, at any time, at some point, at any stage', 'ever'],
]);
